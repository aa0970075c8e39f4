from setuptools import setup, find_packages

setup(
    name="netcheck",
    version="1.0.0",
    description="Netcheck helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
