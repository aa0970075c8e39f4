from setuptools import setup, find_packages

setup(
    name="pywin-notify",
    version="1.0.0",
    description="Pywin notify helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
