"""An event file as TensorBoard's own writer and protocol buffers make it.

    python3 reference/train/event_file.py core/src/test/resources/train/log

It needs the package tensorboard alone.
"""

import pathlib
import sys

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

TIMES = 1700000000.25


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    events = [
        event_pb2.Event(wall_time=TIMES, file_version="brain.Event:2"),
        event_pb2.Event(wall_time=TIMES, step=4, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)),
    ]
    for step, values in ((4, {"train/loss": 2.5, "train/rate": 1e-5}), (300, {"train/loss": float("nan")})):
        summary = summary_pb2.Summary()
        for tag, value in values.items():
            summary.value.add(tag=tag, simple_value=value)
        events.append(event_pb2.Event(wall_time=TIMES, step=step, summary=summary))
    with open(folder / "events.tfevents", "wb") as file:
        writer = RecordWriter(file)
        for event in events:
            writer.write(event.SerializeToString())
        writer.flush()


if __name__ == "__main__":
    main()
