"""The office: the Django project. Each package beside this file is one room with one owner."""
