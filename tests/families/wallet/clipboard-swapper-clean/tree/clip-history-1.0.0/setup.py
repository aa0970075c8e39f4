from setuptools import setup, find_packages

setup(
    name="clip-history",
    version="1.0.0",
    description="Clip history helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
