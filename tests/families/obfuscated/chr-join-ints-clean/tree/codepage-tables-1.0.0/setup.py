from setuptools import setup, find_packages

setup(
    name="codepage-tables",
    version="1.0.0",
    description="Codepage tables helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
