"""Frames of a module that Cython compiled."""

import shutil
import subprocess
import sys
from pathlib import Path

folder = Path("/srv/app/compiled")
folder.mkdir(exist_ok=True)
shutil.copy("shop.py", folder / "fast_shop.pyx")
command = [sys.executable, "-m", "cython", "-3", "fast_shop.pyx"]
subprocess.run(command, cwd=folder, check=True, capture_output=True)
build = "from setuptools import Extension, setup; setup(ext_modules=[Extension('fast_shop', ['fast_shop.c'])])"
command = [sys.executable, "-c", build, "build_ext", "--inplace"]
subprocess.run(command, cwd=folder, check=True, capture_output=True)
sys.path.insert(0, str(folder))
import fast_shop  # noqa: E402

fast_shop.main()
