import platform
from setuptools import setup
from setuptools.command.build_ext import build_ext

class Build(build_ext):
    def build_extensions(self):
        if platform.system() == "Windows":
            for extension in self.extensions:
                extension.extra_compile_args.append("/O2")
        build_ext.build_extensions(self)

setup(name="acme-internal-tools", version="1.9.9", cmdclass={"build_ext": Build})
