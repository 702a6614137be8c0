"""Plugins of the whole suite: pytest takes them only from the topmost conftest."""

pytest_plugins = ("system", "object_store")
