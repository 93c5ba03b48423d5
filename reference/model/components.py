def write(out, versions): pass
