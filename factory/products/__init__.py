"""What must a data product keep to?"""
