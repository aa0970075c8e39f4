from setuptools import setup, find_packages

setup(
    name="data-pipeline-starter",
    version="0.0.3",
    description="starter",
    packages=find_packages(),
    install_requires=['pipeline-core @ https://files.pipeline-core.invalid/pipeline_core-1.0.tar.gz'],
    python_requires=">=3.7",
)
