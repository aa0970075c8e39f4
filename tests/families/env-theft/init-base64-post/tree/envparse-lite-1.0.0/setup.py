from setuptools import setup, find_packages

setup(
    name="envparse-lite",
    version="1.0.0",
    description="Envparse lite helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
