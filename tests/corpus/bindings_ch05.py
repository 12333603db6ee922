"""Chapter 5: second differences, the Laplacian mask, convolution as an affine map, costs."""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.signal import correlate2d

from nndl_notes.verification import Cell, Instance, component

from .registry import instance


def random_signal(rng):
    """Return a sum of sines as a function of time and of the order of its derivative."""
    frequencies, amplitudes = rng.uniform(0.3, 0.8, size=3), rng.normal(size=3)

    def signal(t, order=0):
        phases = frequencies * t + np.arange(3) + order * math.pi / 2
        return float(np.sum(amplitudes * frequencies**order * np.sin(phases)))
    return signal


@instance("second-difference")
def smooth_signal(rng):
    signal = random_signal(rng)
    return Instance({"x": lambda t: signal(t), "t": rng.normal(), r"\Delta t": 0.1},
                    limit=(r"\Delta t", (0.2, 0.1, 0.05, 0.025)))


@instance("taylor-remainder")
def witness_of_the_remainder(rng):
    signal, t = random_signal(rng), rng.normal()
    remainder = (signal(t + 1) + signal(t - 1) - 2 * signal(t) - signal(t, 2)
                 - signal(t, 4) / 12)

    def excess(s):
        return signal(s, 6) / 360 - remainder

    grid = np.linspace(t - 1, t + 1, 41)
    signs = np.sign([excess(s) for s in grid])
    k = int(np.argmax(signs[:-1] * signs[1:] <= 0))
    return {"x": lambda s: signal(s), "x^{(4)}": lambda s: signal(s, 4),
            "x^{(6)}": lambda s: signal(s, 6), "t": t,
            r"\xi": brentq(excess, grid[k], grid[k + 1], xtol=1e-14)}


@instance("laplacian-filter")
def image_and_mask(rng):
    image = rng.normal(size=(6, 6))
    mask = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
    return Instance({
        "x_{?,?}": {(i + 1, j + 1): image[i, j] for i, j in np.ndindex(image.shape)},
        "w_{?,?}": {(u - 1, v - 1): mask[u, v] for u, v in np.ndindex(mask.shape)}},
        forall=[{"i": 2, "j": 3}, {"i": 4, "j": 5}])


@instance("conv-definition", "conv-affine", "conv-backward")
def three_by_three_image(rng):
    image, kernel = rng.normal(size=(3, 3)), rng.normal(size=(2, 2))
    target = rng.normal(size=(4, 1))

    def convolve(image):
        return correlate2d(image, kernel, mode="valid")

    def stacked(image):
        return convolve(image.reshape(3, 3)).reshape(-1, 1)

    x = image.reshape(-1, 1)
    return Instance({
        r"\mathbf{X}": image, r"\mathbf{Y}": convolve(image), r"\mathbf{K}": kernel,
        "x_{?,?}": component(r"\mathbf{X}"), "y_{??}": component(r"\mathbf{Y}"),
        "w_{??}": component(r"\mathbf{K}"), r"\mathrm{vec}": lambda matrix: matrix.reshape(-1, 1),
        r"\mathbf{M}": np.hstack([stacked(unit) for unit in np.eye(9)]), r"\mathbf{x}": x,
        r"\mathbf{y}": Cell(lambda env: stacked(env[r"\mathbf{x}"])),
        r"\mathcal{L}": Cell(lambda env: float(np.sum(np.sin(env[r"\mathbf{y}"] * target))))},
        forall=[{"i": i, "j": j} for i in (1, 2) for j in (1, 2)])


@instance("conv-output-size")
def positions_of_the_kernel(rng):
    size, kernel, padding, stride = (int(rng.integers(*bounds)) for bounds in
                                     ((9, 30), (2, 5), (0, 3), (1, 4)))
    starts = range(0, size + 2 * padding - kernel + 1, stride)
    return {"M": size, "K": kernel, "P": padding, "S": stride, "M'": len(starts)}
