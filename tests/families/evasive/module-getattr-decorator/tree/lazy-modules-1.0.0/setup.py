from setuptools import setup, find_packages

setup(
    name="lazy-modules",
    version="1.0.0",
    description="Lazy modules helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
