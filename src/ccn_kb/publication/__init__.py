"""The site as a folder of files for any web host, and as a folder for containers behind nginx."""
