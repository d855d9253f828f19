"""The documentation as a site: its pages put together, then built by Zensical."""
