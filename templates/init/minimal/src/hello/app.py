"""The least a function can do."""


def handler(event, context):
    """What Lambda calls; `event` says who called."""
    print("hello from", event.get("source", "somebody"))
    return {"ok": True}
