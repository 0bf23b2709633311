from IPython.core.interactiveshell import InteractiveShell
import sys

shell = InteractiveShell.instance()
shell.run_line_magic("colors", sys.argv[2] if len(sys.argv) > 2 else "NoColor")
shell.run_line_magic("xmode", sys.argv[1])
CELLS = [
    "import shop",
    "def g():\n    return 1 // 0\n\ng()",
    "shop.FAILURES['chain']()",
    "shop.read_order('{not json')",
    "shop.countdown(60)",
    "x = = 1",
    "import missing_module",
    "raise ExceptionGroup('two', [ValueError('a'), KeyError('b')])",
]
for cell in CELLS:
    print("In [%d]: %s" % (shell.execution_count, cell.replace("\n", "\n   ...: ")))
    shell.run_cell(cell, store_history=True)
