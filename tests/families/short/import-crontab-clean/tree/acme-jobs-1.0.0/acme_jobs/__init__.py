def crontab_line(minutes, command):
    """A line that a user may add with 'crontab -e'."""
    return "*/%d * * * * %s" % (minutes, command)
