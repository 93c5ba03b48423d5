package io.llavasg.checkpoint;

import static io.llavasg.checkpoint.Fixtures.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointParametersTest {
  private static final WeightMap NO_MAP = WeightMap.of();

  private static long[] shape(StoredTensor tensor) {
    return tensor.shape().stream().mapToLong(Long::longValue).toArray();
  }

  private static StoredTensor floats(String name, MemorySegment memory, long... shape) {
    return StoredTensor.contiguous(
        new TensorInfo(name, DType.F32, LongStream.of(shape).boxed().toList()), memory);
  }

  @Test
  void everythingThatDoesNotFitIsOneError() {
    try (Arena arena = Arena.ofConfined();
        var lifetime = new Lifetime()) {
      Map<String, StoredTensor> stored = new LinkedHashMap<>();
      for (String name : List.of("good", "turned", "extra", "rotary.inv_freq")) {
        stored.put(name, floats(name, arena.allocate(24), 2, 3));
      }
      var parameters =
          new CheckpointParameters(
              stored,
              NO_MAP.ignoring("rotary\\.", "none\\."),
              Precision.AUTO,
              Device.CPU,
              lifetime);
      parameters.get("good", 2, 3);
      parameters.get("turned", 3, 2);
      parameters.in("layers", 3).get("weight", 4);
      parameters.get("bias", 4);
      LoadReport report = parameters.report();
      assertThat(report.complete()).isFalse();
      assertThat(report.ignored()).containsExactly("rotary.inv_freq");
      assertUserError(
          () -> report.require("'model'"),
          "the weights in 'model' do not fit",
          "2 missing (layers.3.weight, bias)",
          "1 of another shape (turned is [2, 3], not [3, 2])",
          "1 unexpected (extra)");
    }
  }

  @Test
  void longListsAreCut() {
    try (var lifetime = new Lifetime()) {
      var parameters =
          new CheckpointParameters(Map.of(), NO_MAP, Precision.AUTO, Device.CPU, lifetime);
      for (int i = 0; i < 15; i++) {
        parameters.get("w" + i, 1);
      }
      assertUserError(() -> parameters.report().require("x"), "15 missing", "w11, and 3 more)");
    }
  }

  @Test
  void whatIsUsedCompletelyIsComplete() {
    try (Arena arena = Arena.ofConfined();
        var lifetime = new Lifetime()) {
      var parameters =
          new CheckpointParameters(
              Map.of("a", floats("a", arena.allocate(4), 1)),
              NO_MAP,
              Precision.AUTO,
              Device.CPU,
              lifetime);
      assertThat(parameters.contains("a")).isTrue();
      assertThat(parameters.in("a").contains("a")).isFalse();
      parameters.get("a", 1);
      parameters.get("a", 1); // as tied weights are
      parameters.report().require("x");
      assertThat(parameters.report().loaded()).containsExactly("a");
    }
  }

  @Test
  void storedDtypeOnACpuIsTheFilesOwnPages() {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.path("plain.safetensors"));
        var lifetime = new Lifetime()) {
      var parameters =
          new CheckpointParameters(
              checkpoint.tensors(), NO_MAP, Precision.AUTO, Device.CPU, lifetime);
      int shared = 0;
      for (StoredTensor stored : checkpoint.tensors().values()) {
        if (stored.dtype() == DType.F16 || !stored.isAligned() || stored.memory().byteSize() == 0) {
          continue;
        }
        Tensor tensor = parameters.get(stored.name(), shape(stored));
        assertThat(tensor.memory().address())
            .as(stored.name())
            .isEqualTo(stored.memory().address());
        assertThat(tensor.dtype()).isEqualTo(stored.dtype());
        shared++;
      }
      assertThat(shared).isPositive();
    }
  }

  @Test
  void misalignedAndStridedTensorsAreCopied() {
    float[] values = {1, 2, 3, 4, 5, 6};
    try (var lifetime = new Lifetime()) {
      Tensor misaligned;
      Tensor transposed;
      Tensor converted;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment raw = arena.allocate(32, 16);
        MemorySegment odd = raw.asSlice(2, 24);
        MemorySegment.copy(MemorySegment.ofArray(values), 0, odd, 0, 24);
        MemorySegment even = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
        var info = new TensorInfo("transposed", DType.F32, List.of(3L, 2L));
        Map<String, StoredTensor> stored =
            Map.of(
                "odd",
                floats("odd", odd, 6),
                "transposed",
                new StoredTensor(info, List.of(1L, 3L), even));
        misaligned = auto(stored, lifetime).get("odd", 6);
        transposed = auto(stored, lifetime).get("transposed", 3, 2);
        converted =
            new CheckpointParameters(stored, NO_MAP, Precision.of(DType.BF16), Device.CPU, lifetime)
                .get("odd", 6);
        raw.fill((byte) -1);
        even.fill((byte) -1);
      }
      // The memory that they came from is gone.
      assertThat(misaligned.toFloats()).containsExactly(values);
      assertThat(misaligned.memory().address() % 4).isZero();
      assertThat(transposed.toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(converted.toFloats()).containsExactly(values);
      assertThat(converted.dtype()).isEqualTo(DType.BF16);
    }
  }

  private static CheckpointParameters auto(Map<String, StoredTensor> stored, Lifetime lifetime) {
    return new CheckpointParameters(stored, NO_MAP, Precision.AUTO, Device.CPU, lifetime);
  }

  @ParameterizedTest
  @CsvSource({
    "auto, F32, F32", "auto, F16, F16", "AUTO, BF16, BF16", "f32, F16, F32", "f16, F16, F16",
    "f16, F32, F16", "bf16, F32, BF16", "bf16, F64, BF16", "f16, I64, I64", "auto, BOOL, BOOL",
  })
  void precisionDecidesTheDtype(String name, DType stored, DType kept) {
    assertThat(Precision.parse(name).choose(stored)).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource({"i8, not in 'i8'", "f64, not in 'f64'", "half, unknown dtype 'half'"})
  void otherPrecisionsAreRefused(String name, String part) {
    assertUserError(() -> Precision.parse(name), part);
  }

  @Test
  void firstRuleThatMatchesRenames() {
    var map =
        WeightMap.of(
                WeightMap.Rename.of("model\\.(a|b)\\.", "$1."),
                WeightMap.Rename.of("model\\.", "rest."))
            .ignoring("rest\\.x$");
    assertThat(map.rename("model.a.model.b.w")).isEqualTo("a.model.b.w");
    assertThat(map.rename("model.c.w")).isEqualTo("rest.c.w");
    assertThat(map.rename("other.model.a.w")).isEqualTo("other.model.a.w");
    assertThat(map.ignores("rest.x")).isTrue();
    assertThat(map.ignores("rest.xy")).isFalse();
    assertThat(map.ignoring("q").ignores("q1")).isTrue();
    assertUserError(
        () -> map.rename(Map.of("model.a.w", 1, "a.w", 2)), "holds a.w twice, under old and new");
  }

  @Test
  void stagesFollowOneAnother() {
    var map =
        WeightMap.of(WeightMap.Rename.of("module\\.", ""))
            .then(WeightMap.Rename.of("(.*)\\.attn\\.proj\\.", "$1.output."));
    assertThat(map.rename("module.a.attn.proj.bias")).isEqualTo("a.output.bias");
  }

  @Test
  void fusedTensorsAreSplitWithoutCopies() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(6 * 4, 4);
      for (int i = 0; i < 6; i++) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
      }
      var fused =
          StoredTensor.contiguous(new TensorInfo("x.qkv.w", DType.F32, List.of(3L, 2L)), memory);
      var map =
          WeightMap.of().splitting(WeightMap.Split.of("(.*)\\.qkv\\.w", "$1.q", "$1.k", "$1.v"));
      Map<String, StoredTensor> parts = map.apply(Map.of("x.qkv.w", fused));
      assertThat(parts.keySet()).containsExactly("x.q", "x.k", "x.v");
      StoredTensor last = Objects.requireNonNull(parts.get("x.v"));
      assertThat(last.shape()).containsExactly(1L, 2L);
      assertThat(last.memory().address()).isEqualTo(memory.address() + 16);
      assertThat(last.data().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(4, 5);
    }
  }
}
