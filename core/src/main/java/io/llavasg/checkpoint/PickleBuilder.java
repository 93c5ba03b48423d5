package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.DType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Resolves the names in a pickle and makes the few values that they may make. It's the whole list
 * of what a pickle can build: everything else is refused by name.
 */
final class PickleBuilder {

  /** Storage classes that say their elements' type. */
  private static final Map<String, DType> STORAGES =
      Map.ofEntries(
          Map.entry("torch.DoubleStorage", DType.F64),
          Map.entry("torch.FloatStorage", DType.F32),
          Map.entry("torch.HalfStorage", DType.F16),
          Map.entry("torch.BFloat16Storage", DType.BF16),
          Map.entry("torch.LongStorage", DType.I64),
          Map.entry("torch.IntStorage", DType.I32),
          Map.entry("torch.ShortStorage", DType.I16),
          Map.entry("torch.CharStorage", DType.I8),
          Map.entry("torch.ByteStorage", DType.U8),
          Map.entry("torch.BoolStorage", DType.BOOL),
          Map.entry("torch.UntypedStorage", DType.U8),
          Map.entry("torch.storage.UntypedStorage", DType.U8));

  private static final Map<String, DType> DTYPES =
      Map.ofEntries(
          Map.entry("torch.float64", DType.F64),
          Map.entry("torch.float32", DType.F32),
          Map.entry("torch.float16", DType.F16),
          Map.entry("torch.bfloat16", DType.BF16),
          Map.entry("torch.int64", DType.I64),
          Map.entry("torch.int32", DType.I32),
          Map.entry("torch.int16", DType.I16),
          Map.entry("torch.int8", DType.I8),
          Map.entry("torch.uint8", DType.U8),
          Map.entry("torch.bool", DType.BOOL));

  private static final int HIGHEST_RANK = 64;

  /** An object's attributes, the only map that a pickle's BUILD fills. */
  private static final class Namespace extends LinkedHashMap<Object, Object> {}

  /** A storage class, which only a storage's persistent id may use. */
  private record StorageType(DType dtype) {}

  private final String file;

  PickleBuilder(String file) {
    this.file = file;
  }

  /** What the Python name {@code module.name} stands for; refuses what isn't on the list. */
  Object resolve(String module, String name) {
    String full = module + "." + name;
    Optional<PickleFunction> function = PickleFunction.named(full);
    if (function.isPresent()) {
      return function.get();
    }
    DType storage = STORAGES.get(full);
    if (storage != null) {
      return new StorageType(storage);
    }
    DType dtype = DTYPES.get(full);
    if (dtype != null) {
      return dtype;
    }
    throw LlavaSgException.user(
        "cannot read '%s': its pickle names %s, which is refused: only tensors and plain"
            + " containers are read from pickles; save its state_dict alone",
        file, Quoted.of(full));
  }

  /** Calls {@code function}, as REDUCE and NEWOBJ do. */
  Object call(Object function, List<?> arguments) {
    if (!(function instanceof PickleFunction known)) {
      throw broken("it calls what is no function");
    }
    return switch (known) {
      case ORDERED_DICT -> orderedDict(arguments);
      case NAMESPACE -> {
        require(arguments.isEmpty(), "argparse.Namespace with arguments");
        yield new Namespace();
      }
      case SET -> set(arguments);
      case BYTES -> {
        require(arguments.isEmpty(), "bytes with arguments");
        yield new byte[0];
      }
      case ENCODE -> encode(arguments);
      case SIZE -> List.copyOf(longs(argument(arguments, 0, List.class)));
      case DEVICE -> argument(arguments, 0, String.class);
      case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> {
        PickledStorage storage = argument(arguments, 0, PickledStorage.class);
        yield tensor(storage, storage.dtype(), arguments);
      }
      case REBUILD_TENSOR_V3 ->
          tensor(
              argument(arguments, 0, PickledStorage.class),
              argument(arguments, 6, DType.class),
              arguments);
      case REBUILD_PARAMETER -> argument(arguments, 0, PickledTensor.class);
    };
  }

  /** Gives {@code object} its state, as BUILD does: only a namespace has one that is kept. */
  void build(Object object, Object state) {
    require(state instanceof Map, "a state that is no dict");
    if (object instanceof Namespace namespace) {
      ((Map<?, ?>) state).forEach((key, value) -> namespace.put(key(key), value));
    } else {
      // A module's state_dict() is an OrderedDict with an attribute _metadata.
      require(object instanceof Map, "a state for what has none");
    }
  }

  /** The storage of a persistent id {@code ("storage", class, key, location, elements)}. */
  PickledStorage storage(Object id) {
    require(
        id instanceof List<?> parts && parts.size() >= 5 && "storage".equals(parts.get(0)),
        "a persistent id that is no storage");
    List<?> parts = (List<?>) id;
    StorageType type = argument(parts, 1, StorageType.class);
    long elements = argument(parts, 4, Long.class);
    require(elements >= 0, "a storage with a negative size");
    return new PickledStorage(argument(parts, 2, String.class), type.dtype(), elements);
  }

  /** {@code key}, if it's a scalar: hashing a container could take for ever. */
  Object key(Object key) {
    require(
        key instanceof String
            || key instanceof Long
            || key instanceof Double
            || key instanceof Boolean
            || key instanceof BigInteger
            || key instanceof PickledNone,
        "a dictionary key or set member that is no scalar");
    return key;
  }

  LlavaSgException broken(String reason) {
    return LlavaSgException.user("cannot read '%s': its pickle is broken: %s", file, reason);
  }

  private PickledTensor tensor(PickledStorage storage, DType dtype, List<?> arguments) {
    return new PickledTensor(
        storage,
        dtype,
        argument(arguments, 1, Long.class),
        longs(argument(arguments, 2, List.class)),
        longs(argument(arguments, 3, List.class)));
  }

  private Map<Object, Object> orderedDict(List<?> arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : (List<?>) argument(arguments, 0, List.class)) {
        require(pair instanceof List<?> two && two.size() == 2, "an OrderedDict of no pairs");
        map.put(key(((List<?>) pair).get(0)), ((List<?>) pair).get(1));
      }
    }
    return map;
  }

  private Set<Object> set(List<?> arguments) {
    Set<Object> set = new LinkedHashSet<>();
    if (!arguments.isEmpty()) {
      for (Object member : (List<?>) argument(arguments, 0, List.class)) {
        set.add(key(member));
      }
    }
    return set;
  }

  private byte[] encode(List<?> arguments) {
    require(arguments.size() == 2 && "latin1".equals(arguments.get(1)), "an encoding but latin1");
    return argument(arguments, 0, String.class).getBytes(StandardCharsets.ISO_8859_1);
  }

  private List<Long> longs(List<?> values) {
    require(values.size() <= HIGHEST_RANK, "a shape of too many dimensions");
    List<Long> longs = new ArrayList<>();
    for (Object value : values) {
      require(value instanceof Long, "a shape that is no tuple of integers");
      longs.add((Long) value);
    }
    return List.copyOf(longs);
  }

  private <T> T argument(List<?> arguments, int index, Class<T> type) {
    if (index < arguments.size() && type.isInstance(arguments.get(index))) {
      return type.cast(arguments.get(index));
    }
    throw broken("a call with an argument missing or of the wrong type");
  }

  private void require(boolean condition, String otherwise) {
    if (!condition) {
      throw broken(otherwise);
    }
  }
}
