"""Prints what AWS's own service models would refuse of requests: from a JSON list of `[service, operation, body]` a JSON list of sentences."""

import json
import sys

import botocore.session
import botocore.validate


def strange(shape, value, place):
    """Words that are none of an enumeration, which botocore leaves to AWS."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from strange(member, value[name], f"{place}.{name}")
    elif shape.type_name == "list":
        for item in value:
            yield from strange(shape.member, item, place)
    elif shape.type_name == "map":
        for item in value.values():
            yield from strange(shape.value, item, place)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        yield f"{place}: `{value}` is none of {', '.join(shape.enum)}"


def main():
    session = botocore.session.get_session()
    models, sentences = {}, []
    for service, operation, body in json.load(sys.stdin):
        model = models.get(service) or models.setdefault(service, session.get_service_model(service))
        shape = model.operation_model(operation).input_shape
        report = botocore.validate.ParamValidator().validate(body, shape)
        if report.has_errors():
            sentences.append(f"{operation}: {report.generate_report()}")
        else:
            sentences.extend(strange(shape, body, operation))
    json.dump(sentences, sys.stdout)


main()
