from setuptools import setup, find_packages

setup(
    name="netcheck-utils",
    version="1.0.0",
    description="Netcheck utils helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
