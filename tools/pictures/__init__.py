"""The pictures of the documentation: how each is taken, and whether it still shows what there is.

`make pictures` takes them and writes docs/images/pictures.toml; a test goes the same way without
taking any, and names each picture whose page has changed since.
"""
