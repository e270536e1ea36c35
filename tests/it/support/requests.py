"""Prints what AWS's own service models say of requests: for each `SERVICE OPERATION`, the tree of its members as JSON.

A structure is an object, a list `[item]`, a map `{"*": value}`, anything else the name of its type; a structure inside itself ends as "…".
"""

import json
import sys

import botocore.session


def tree(shape, above=()):
    if shape.type_name == "structure":
        if shape.name in above:
            return "…"
        return {name: tree(member, (*above, shape.name)) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [tree(shape.member, above)]
    if shape.type_name == "map":
        return {"*": tree(shape.value, above)}
    return shape.type_name


def main(words):
    session = botocore.session.get_session()
    models, requests = {}, {}
    for service, operation in zip(words[::2], words[1::2]):
        model = models.get(service) or models.setdefault(service, session.get_service_model(service))
        shape = model.operation_model(operation).input_shape
        requests[f"{service}:{operation}"] = tree(shape) if shape else {}
    json.dump(requests, sys.stdout)


main(sys.argv[1:])
