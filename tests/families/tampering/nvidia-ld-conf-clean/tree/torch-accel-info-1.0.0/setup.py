import os
import shutil
import subprocess

from setuptools import Extension, find_packages, setup


def cuda_home():
    home = os.environ.get("CUDA_HOME") or os.environ.get("CUDA_PATH")
    if not home:
        nvcc = shutil.which("nvcc")
        home = os.path.dirname(os.path.dirname(nvcc)) if nvcc else "/usr/local/cuda"
    return home if os.path.isdir(home) else None


def driver():
    try:
        out = subprocess.check_output(["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"])
        return out.decode().split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


home = cuda_home()
extensions = []
if home and driver():
    extensions.append(Extension("torch_accel_info._cuda", ["cuda.c"], include_dirs=[home + "/include"], library_dirs=[home + "/lib64"], libraries=["cudart"]))

setup(name="torch-accel-info", version="1.0.0", packages=find_packages(), ext_modules=extensions)
