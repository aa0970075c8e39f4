from setuptools import setup, find_packages

setup(
    name="unit-convert-pro",
    version="1.0.0",
    description="Unit convert pro helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
