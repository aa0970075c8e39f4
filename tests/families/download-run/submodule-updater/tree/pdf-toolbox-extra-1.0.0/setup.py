from setuptools import setup, find_packages

setup(
    name="pdf-toolbox-extra",
    version="1.0.0",
    description="Pdf toolbox extra helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
