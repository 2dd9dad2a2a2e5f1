"""The data of an InferenceMAX results site: rows, pandas or Polars."""

from .site import Row, Site
from .source import SiteError
from .table import Table

__all__ = ["Row", "Site", "SiteError", "Table"]
