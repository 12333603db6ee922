"""Configuration of the kernels that execute the pages: figures are SVG without a date."""

c = get_config()  # noqa: F821 - IPython provides it

c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.rc = {}  # docs/_config/matplotlibrc decides
c.InlineBackend.print_figure_kwargs = {
    "bbox_inches": "tight",
    "facecolor": "none",
    "metadata": {"Date": None},
}
c.HistoryManager.enabled = False  # parallel kernels would wait for one history database
