package io.llavasg.app;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.SafetensorsWriter;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.generate.Trace;
import io.llavasg.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes the intermediate values of an answer as a safetensors file. */
final class TraceFile {
  private TraceFile() {}

  static void write(Trace trace, Path file) {
    List<OutgoingTensor> tensors = new ArrayList<>();
    trace
        .tensors()
        .forEach(
            (name, values) ->
                tensors.add(
                    OutgoingTensor.of(
                        new TensorInfo(
                            name, DType.F32, Arrays.stream(values.shape()).boxed().toList()),
                        () -> bytes(values.data()))));
    SafetensorsWriter.write(file, tensors, SafetensorsWriter.PYTORCH, (done, total) -> {});
  }

  private static MemorySegment bytes(float[] values) {
    MemorySegment segment = Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, values.length);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment;
  }
}
