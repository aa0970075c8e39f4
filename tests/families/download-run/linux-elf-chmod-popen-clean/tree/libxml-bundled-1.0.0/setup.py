"""Build script: compiles against a bundled copy of the C library, fetched once and checked."""
import hashlib
import os
import subprocess
import tarfile
import urllib.request

from setuptools import Extension, find_packages, setup
from setuptools.command.build_ext import build_ext

URL = "https://download.libxml-bundled.example/libx-2.1.tar.gz"
SHA256 = "6f1ed002ab5595859014ebf0951522d9f0f0f0f0a0a0a0a0b1b1b1b1c2c2c2c2"


class BuildExt(build_ext):
    def run(self):
        self.build_dependency()
        build_ext.run(self)

    def build_dependency(self):
        if os.environ.get("LIBX_SYSTEM"):
            return
        archive = os.path.join(self.build_temp, "libx.tar.gz")
        os.makedirs(self.build_temp, exist_ok=True)
        if not os.path.exists(archive):
            urllib.request.urlretrieve(URL, archive)
        with open(archive, "rb") as handle:
            found = hashlib.sha256(handle.read()).hexdigest()
        if found != SHA256:
            raise RuntimeError("checksum of %s is %s" % (archive, found))
        with tarfile.open(archive) as tar:
            tar.extractall(self.build_temp)
        source = os.path.join(self.build_temp, "libx-2.1")
        subprocess.check_call(["./configure", "--disable-shared"], cwd=source)
        subprocess.check_call(["make", "-j2"], cwd=source)
        self.include_dirs.append(os.path.join(source, "include"))


setup(
    name="libxml-bundled",
    version="1.0.0",
    packages=find_packages(),
    ext_modules=[Extension("libxml_bundled._fast", ["fast.c"], libraries=["x"])],
    cmdclass={"build_ext": BuildExt},
)
