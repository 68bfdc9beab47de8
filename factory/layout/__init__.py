"""Where is everything, and what is it called? Every key and name that two places must agree on.

`files` names what the steps of a run write and others read, and is all that a step needs; `objects`
spells the keys of S3 and the patterns that grant them, `tables` the keys of DynamoDB, `names` what
people and other systems type.
"""
