"""What a release consists of, made from a site and packages that `nox -s release` has built.

``check`` refuses a checkout that is not what its number says; ``bundle`` zips the site so that it
opens from disk, and writes the checksums; ``notes`` prints what the changelog says of a version.
Two runs on one commit give the same bytes.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "nndl-notes"
SUMS = "SHA256SUMS"
# The one page that differs between two builds of a commit goes without its numbers.
TIMES = re.compile(rb'<table class="table">.*?</table>', re.DOTALL)
TIMES_FILES = ("execution-times.html", "execution-times.json")


def version(root=ROOT):
    """Return the version that pyproject.toml states."""
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def entry(root=ROOT):
    """Return the changelog's first entry: its number, what stands for its date, and its text."""
    found = re.search(
        r"^## \[(?P<number>.+?)\] - (?P<date>.+)\n(?P<text>(?:(?!## |\[.+?\]: ).*\n?)*)",
        (root / "CHANGELOG.md").read_text("utf-8"),
        re.MULTILINE,
    )
    return found["number"], found["date"].strip(), found["text"].strip() + "\n"


def git(root, *arguments):
    """Return what git prints, as lines."""
    result = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    return result.stdout.splitlines()


def tags(root=ROOT):
    """Return the tags of versions that the commit bears."""
    return [tag for tag in git(root, "tag", "--points-at", "HEAD") if re.match(r"v\d", tag)]


def problems(root=ROOT):
    """Yield what keeps a checkout from being released, in words."""
    number, (logged, date, _) = version(root), entry(root)
    if changed := git(root, "status", "--porcelain"):
        names = ", ".join(line[3:] for line in changed[:5])
        yield f"the checkout differs from its commit: {names}; commit or remove them"
    if logged != number:
        yield f"CHANGELOG.md begins with {logged}, pyproject.toml says {number}"
    borne = tags(root)
    if borne not in ([], [f"v{number}"]):
        yield f"the commit bears the tag {', '.join(borne)}, pyproject.toml says {number}"
    if borne and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        yield f"CHANGELOG.md says “{date}” of {logged}; a tagged version has the date YYYY-MM-DD"


def site_problems(site, number):
    """Yield what keeps a built site from being released, in words."""
    record = site / "verification.json"
    if not record.is_file():
        yield f"no site in {site}: `nox -s release` builds one"
        return
    verification = json.loads(record.read_text("utf-8"))
    if not verification["passed"]:
        yield f"the build of {site} found {len(verification['problems'])} problem(s)"
    if verification["version"] != number:
        yield f"the site is of version {verification['version']}, pyproject.toml says {number}"


def bundle(site, target, epoch):
    """Zip a site, every file in one folder that is named after the zip.

    Parameters
    ----------
    site : Path
        The folder with ``index.html``.
    target : Path
        The zip.
    epoch : int
        Time of modification of every file, in seconds since 1970.
    """
    stamp = time.gmtime(epoch)[:6]
    files = sorted(path for path in site.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            name, content = path.relative_to(site).as_posix(), path.read_bytes()
            if name in TIMES_FILES:
                if path.suffix == ".json":
                    continue
                content = TIMES.sub(b"", content)
            info = zipfile.ZipInfo(f"{target.stem}/{name}", stamp)
            info.create_system = 3  # Unix, wherever the zip is made
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def checksums(folder):
    """Return the lines of ``SHA256SUMS``, which ``sha256sum -c`` reads."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items())


def main(arguments=None):
    """Run one of the steps; return the exit status."""
    parser = argparse.ArgumentParser(prog="release", description=__doc__)
    parser.add_argument("step", choices=("check", "bundle", "notes"))
    parser.add_argument("--site", type=Path, default=ROOT / "docs" / "_build" / "html")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    options = parser.parse_args(arguments)
    if options.step == "notes":
        print(entry()[2], end="")
        return 0
    found = list(problems())
    if options.step == "bundle":
        found += site_problems(options.site, version())
    for problem in found:
        print(f"release: {problem}", file=sys.stderr)
    if found:
        return 1
    if not tags():
        print(f"release: a rehearsal, for no tag v{version()} is on this commit", file=sys.stderr)
    if options.step == "bundle":
        epoch = os.environ.get("SOURCE_DATE_EPOCH") or git(ROOT, "log", "-1", "--format=%ct")[0]
        options.dist.mkdir(exist_ok=True)
        bundle(options.site, options.dist / f"{NAME}-{version()}-site.zip", int(epoch))
        (options.dist / SUMS).write_text(checksums(options.dist), "utf-8")
        print(checksums(options.dist), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
