import nbformat, sys
nb = nbformat.v4.new_notebook()
nb.cells = [nbformat.v4.new_code_cell("import sys; sys.path.insert(0, '/srv/app')\nimport shop"), nbformat.v4.new_code_cell("shop.main()")]
nb.metadata.kernelspec = {"name": "python3", "display_name": "p", "language": "python"}
nbformat.write(nb, "shop.ipynb")
