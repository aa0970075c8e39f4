from setuptools import setup, find_packages

setup(
    name="pyfortnite",
    version="1.0.0",
    description="Pyfortnite helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
