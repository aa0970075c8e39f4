from setuptools import setup, find_packages

setup(
    name="envparse-basic",
    version="1.0.0",
    description="Envparse basic helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
