from setuptools import setup, find_packages

setup(
    name="lazy-modules-basic",
    version="1.0.0",
    description="Lazy modules basic helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
