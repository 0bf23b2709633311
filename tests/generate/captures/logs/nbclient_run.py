"""A notebook whose cell fails: nbclient's error, or with an argument the notebook as it was left."""

import sys

import nbformat
from nbclient import NotebookClient

code = nbformat.v4.new_code_cell
notebook = nbformat.v4.new_notebook(
    cells=[code("import shop"), code("names = ['pear', 'apple']\nshop.order(shop.Shop({'pear': 3}), names)")]
)
client = NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=len(sys.argv) > 1)
client.execute()
nbformat.write(notebook, sys.stdout)
