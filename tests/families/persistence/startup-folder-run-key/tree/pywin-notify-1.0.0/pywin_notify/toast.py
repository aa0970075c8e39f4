import subprocess


class Toast:
    def __init__(self, title, text, seconds=5):
        self.title, self.text, self.seconds = title, text, seconds

    def show(self):
        subprocess.run(["msg", "*", "/TIME:%d" % self.seconds, "%s: %s" % (self.title, self.text)])
