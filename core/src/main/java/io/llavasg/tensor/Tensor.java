package io.llavasg.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array in native memory. Operations return new tensors that belong to the
 * innermost {@link Scope} of the calling thread; an operation whose name ends in {@code InPlace}
 * changes the tensor and returns it. Names and semantics are PyTorch's.
 */
public final class Tensor {
  final org.bytedeco.pytorch.Tensor raw;

  /** Null once the tensor is freed. Only {@link Owner} sets it. */
  @Nullable Owner owner;

  private @Nullable TensorOptional optional;

  /** Asked for once: each answer costs calls, and a weight is asked at every product. */
  private @Nullable DType dtype;

  private @Nullable Device device;

  private Tensor(org.bytedeco.pytorch.Tensor raw) {
    this.raw = raw;
  }

  static Tensor wrap(org.bytedeco.pytorch.Tensor raw) {
    return Scope.innermost().adopt(new Tensor(raw));
  }

  /** One of several tensors that a call returned, which would end with the others' container. */
  static Tensor part(org.bytedeco.pytorch.Tensor raw) {
    return wrap(new org.bytedeco.pytorch.Tensor(raw));
  }

  // ---- creation -------------------------------------------------------------------------------

  /** A float32 tensor on the CPU, copied from {@code data} in row-major order. */
  public static Tensor of(float[] data, long... shape) {
    requireSize(data.length, shape);
    Tensor tensor = empty(DType.F32, Device.CPU, shape);
    if (data.length > 0) {
      try (FloatPointer pointer = tensor.raw.data_ptr_float()) {
        pointer.put(data, 0, data.length);
      }
    }
    return tensor;
  }

  /** An int64 tensor on the CPU, copied from {@code data} in row-major order. */
  public static Tensor of(long[] data, long... shape) {
    requireSize(data.length, shape);
    Tensor tensor = empty(DType.I64, Device.CPU, shape);
    if (data.length > 0) {
      try (LongPointer pointer = tensor.raw.data_ptr_long()) {
        pointer.put(data, 0, data.length);
      }
    }
    return tensor;
  }

  /** A one-dimensional int64 tensor of token ids. */
  public static Tensor ofIds(int... ids) {
    return of(Arrays.stream(ids).asLongStream().toArray(), ids.length);
  }

  /** Memory with undefined contents. */
  public static Tensor empty(DType dtype, Device device, long... shape) {
    Torch.initialise();
    try (TensorOptions options = options(dtype, device);
        MemoryFormatOptional format = new MemoryFormatOptional()) {
      return wrap(torch.empty(shape, options, format));
    }
  }

  public static Tensor zeros(DType dtype, Device device, long... shape) {
    return empty(dtype, device, shape).fillInPlace(0);
  }

  /** {@code count} numbers from 0 on, each greater than the last by {@code step}. */
  public static Tensor range(long count, long step, DType dtype, Device device) {
    Torch.initialise();
    try (Scalar start = new Scalar(0L);
        Scalar end = new Scalar(Math.multiplyExact(count, step));
        Scalar by = new Scalar(step);
        TensorOptions options = options(dtype, device)) {
      return wrap(torch.arange(start, end, by, options));
    }
  }

  /**
   * A tensor over memory that somebody else owns, such as a mapped file: no copy is made, and the
   * segment must outlive the tensor. Written to only if the segment may be.
   *
   * @param data contiguous, row-major, little-endian, aligned to the element size
   */
  public static Tensor over(MemorySegment data, DType dtype, long... shape) {
    Torch.initialise();
    long bytes = dtype.bytes();
    for (long size : shape) {
      bytes = Math.multiplyExact(bytes, size);
    }
    if (bytes != data.byteSize()) {
      throw new IllegalArgumentException(
          data.byteSize() + " bytes cannot hold " + dtype + Arrays.toString(shape));
    }
    if (bytes == 0) {
      return empty(dtype, Device.CPU, shape);
    }
    try (Address address = new Address(data.address());
        TensorOptions options = options(dtype, Device.CPU)) {
      return wrap(torch.from_blob(address, shape, options));
    }
  }

  /** Native memory as it is, without a deallocator. */
  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }

  private static TensorOptions options(DType dtype, Device device) {
    try (TensorOptions plain = new TensorOptions(scalarType(dtype));
        org.bytedeco.pytorch.Device place = device.raw();
        var optional = new org.bytedeco.pytorch.DeviceOptional(place)) {
      return plain.device(optional);
    }
  }

  private static void requireSize(long length, long... shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    if (product != length) {
      throw new IllegalArgumentException(length + " values do not fill " + Arrays.toString(shape));
    }
  }

  // ---- description ----------------------------------------------------------------------------

  public long[] shape() {
    return raw.shape();
  }

  /** Size of dimension {@code dim}; negative counts from the end. */
  public long size(int dim) {
    return raw.size(dim);
  }

  public int dims() {
    return (int) raw.dim();
  }

  /** Number of elements. */
  public long elements() {
    return raw.numel();
  }

  /** Size of the elements in bytes. */
  public long bytes() {
    return raw.numel() * raw.element_size();
  }

  public DType dtype() {
    if (dtype == null) {
      dtype = dtype(raw.scalar_type().intern());
    }
    return dtype;
  }

  /** JavaCPP makes a new object for each enum value that a native call returns: intern it first. */
  private static DType dtype(torch.ScalarType type) {
    return switch (type) {
      case Double -> DType.F64;
      case Float -> DType.F32;
      case Half -> DType.F16;
      case BFloat16 -> DType.BF16;
      case Long -> DType.I64;
      case Int -> DType.I32;
      case Short -> DType.I16;
      case Char -> DType.I8;
      case Byte -> DType.U8;
      case Bool -> DType.BOOL;
      default -> throw new IllegalStateException("unsupported dtype " + type);
    };
  }

  public Device device() {
    if (device == null) {
      try (org.bytedeco.pytorch.Device place = raw.device()) {
        device =
            place.is_cuda() ? new Device(Device.Kind.CUDA, Math.max(0, place.index())) : Device.CPU;
      }
    }
    return device;
  }

  /** Whether this has the dtype and is on a CPU. */
  boolean isPlain(DType dtype) {
    return dtype() == dtype && !device().isCuda();
  }

  static torch.ScalarType scalarType(DType dtype) {
    return switch (dtype) {
      case F64 -> torch.ScalarType.Double;
      case F32 -> torch.ScalarType.Float;
      case F16 -> torch.ScalarType.Half;
      case BF16 -> torch.ScalarType.BFloat16;
      case I64 -> torch.ScalarType.Long;
      case I32 -> torch.ScalarType.Int;
      case I16 -> torch.ScalarType.Short;
      case I8 -> torch.ScalarType.Char;
      case U8 -> torch.ScalarType.Byte;
      case BOOL -> torch.ScalarType.Bool;
    };
  }

  // ---- reading --------------------------------------------------------------------------------

  /** All elements in row-major order, as float32. */
  public float[] toFloats() {
    try (var scope = Scope.open()) {
      Tensor plain = to(DType.F32).to(Device.CPU).contiguous();
      float[] values = new float[Math.toIntExact(plain.elements())];
      if (values.length > 0) {
        try (FloatPointer pointer = plain.raw.data_ptr_float()) {
          pointer.get(values, 0, values.length);
        }
      }
      return values;
    }
  }

  /** All elements of an integer tensor in row-major order. */
  public long[] toLongs() {
    try (var scope = Scope.open()) {
      Tensor plain = to(DType.I64).to(Device.CPU).contiguous();
      long[] values = new long[Math.toIntExact(plain.elements())];
      if (values.length > 0) {
        try (LongPointer pointer = plain.raw.data_ptr_long()) {
          pointer.get(values, 0, values.length);
        }
      }
      return values;
    }
  }

  /** The one element of an integer tensor. */
  public long item() {
    return raw.item_long();
  }

  /** The one element of a floating-point tensor. */
  public float itemFloat() {
    return raw.item_float();
  }

  /** The memory of a contiguous CPU tensor, valid as long as the tensor. */
  public MemorySegment memory() {
    if (!raw.is_contiguous() || device().isCuda()) {
      throw new IllegalStateException("only a contiguous CPU tensor has memory to look at");
    }
    try (Pointer pointer = raw.data_ptr()) {
      return MemorySegment.ofAddress(pointer.address()).reinterpret(bytes());
    }
  }

  // ---- conversion -----------------------------------------------------------------------------

  /** This tensor where it has the dtype already, else a converted copy. */
  public Tensor to(DType dtype) {
    return dtype() == dtype ? this : wrap(raw.to(scalarType(dtype)));
  }

  /** This tensor where it is on the device already, else a copy there. */
  public Tensor to(Device device) {
    if (device().equals(device)) {
      return this;
    }
    try (org.bytedeco.pytorch.Device place = device.raw()) {
      return wrap(raw.to(place, scalarType(dtype())));
    }
  }

  /** With the dtype and on the device of {@code other}. */
  public Tensor like(Tensor other) {
    return to(other.dtype()).to(other.device());
  }

  /** This tensor where it is contiguous already, else a contiguous copy. */
  public Tensor contiguous() {
    return raw.is_contiguous() ? this : wrap(raw.contiguous());
  }

  /** A copy with memory of its own. */
  public Tensor copy() {
    return wrap(raw.clone());
  }

  // ---- shape ----------------------------------------------------------------------------------

  public Tensor reshape(long... shape) {
    return wrap(raw.reshape(shape));
  }

  public Tensor transpose(int a, int b) {
    return wrap(raw.transpose(a, b));
  }

  public Tensor permute(long... order) {
    return wrap(raw.permute(order));
  }

  public Tensor unsqueeze(int dim) {
    return wrap(raw.unsqueeze(dim));
  }

  /** A view with dimensions of size 1 stretched; -1 keeps a size. */
  public Tensor expand(long... shape) {
    return wrap(raw.expand(shape));
  }

  /** View of {@code length} entries from {@code start} along {@code dim}. */
  public Tensor narrow(int dim, long start, long length) {
    return wrap(raw.narrow(dim, start, length));
  }

  /** View of entry {@code index} along {@code dim}, which disappears. */
  public Tensor select(int dim, long index) {
    return wrap(raw.select(dim, index));
  }

  /** Copy of the entries {@code indices} (int64, 1-D) along {@code dim}. */
  public Tensor indexSelect(int dim, Tensor indices) {
    return wrap(raw.index_select(dim, indices.raw));
  }

  /**
   * Copy of the entries that {@code indices} (int64, of the result's shape) name along {@code dim}.
   */
  public Tensor gather(int dim, Tensor indices) {
    return wrap(raw.gather(dim, indices.raw));
  }

  /** Entries moved by {@code shift} along {@code dim}, wrapping around. */
  public Tensor roll(long shift, int dim) {
    return wrap(raw.roll(new long[] {shift}, dim));
  }

  // ---- arithmetic -----------------------------------------------------------------------------

  public Tensor add(Tensor other) {
    return wrap(raw.add(other.raw));
  }

  public Tensor addInPlace(Tensor other) {
    raw.add_(other.raw);
    return this;
  }

  public Tensor mul(Tensor other) {
    return wrap(raw.mul(other.raw));
  }

  public Tensor mulInPlace(Tensor other) {
    raw.mul_(other.raw);
    return this;
  }

  public Tensor mul(double factor) {
    try (Scalar scalar = new Scalar(factor)) {
      return wrap(raw.mul(scalar));
    }
  }

  public Tensor mulInPlace(double factor) {
    try (Scalar scalar = new Scalar(factor)) {
      raw.mul_(scalar);
      return this;
    }
  }

  public Tensor add(double summand) {
    try (Scalar scalar = new Scalar(summand)) {
      return wrap(raw.add(scalar));
    }
  }

  public Tensor sub(Tensor other) {
    return wrap(raw.sub(other.raw));
  }

  public Tensor div(Tensor other) {
    return wrap(raw.div(other.raw));
  }

  public Tensor div(double divisor) {
    try (Scalar scalar = new Scalar(divisor)) {
      return wrap(raw.div(scalar));
    }
  }

  /** {@code this + a · b}, element by element. */
  public Tensor addcmul(Tensor a, Tensor b) {
    return wrap(raw.addcmul(a.raw, b.raw));
  }

  public Tensor matmul(Tensor other) {
    return wrap(raw.matmul(other.raw));
  }

  public Tensor sigmoid() {
    return wrap(raw.sigmoid());
  }

  public Tensor exp() {
    return wrap(raw.exp());
  }

  public Tensor log() {
    return wrap(raw.log());
  }

  /** Every element between the two bounds, which may be infinite. */
  public Tensor clamp(double low, double high) {
    try (Scalar lowest = new Scalar(low);
        Scalar highest = new Scalar(high);
        ScalarOptional from = new ScalarOptional(lowest);
        ScalarOptional to = new ScalarOptional(highest)) {
      return wrap(raw.clamp(from, to));
    }
  }

  /** The larger of two elements each, broadcast. */
  public Tensor maximum(Tensor other) {
    return wrap(raw.maximum(other.raw));
  }

  public Tensor abs() {
    return wrap(raw.abs());
  }

  /** The smaller of two elements each, broadcast. */
  public Tensor minimum(Tensor other) {
    return wrap(raw.minimum(other.raw));
  }

  /** Every element rounded down to a whole number. */
  public Tensor floor() {
    return wrap(raw.floor());
  }

  /** Boolean: whether each element is greater. */
  public Tensor gt(double bound) {
    try (Scalar scalar = new Scalar(bound)) {
      return wrap(raw.gt(scalar));
    }
  }

  /** A copy with {@code value} wherever the boolean {@code mask}, broadcast, is true. */
  public Tensor maskedFill(Tensor mask, double value) {
    try (Scalar scalar = new Scalar(value)) {
      return wrap(raw.masked_fill(mask.raw, scalar));
    }
  }

  public Tensor cos() {
    return wrap(raw.cos());
  }

  public Tensor sin() {
    return wrap(raw.sin());
  }

  public Tensor siluInPlace() {
    torch.silu_(raw);
    return this;
  }

  /** Largest entry along {@code dim}, which disappears. */
  public Tensor max(int dim) {
    return wrap(raw.amax(new long[] {dim}, false));
  }

  /** Sum of all elements: a scalar. */
  public Tensor sum() {
    return wrap(raw.sum());
  }

  /** Sum over one dimension, which disappears. */
  public Tensor sum(int dim) {
    return wrap(raw.sum(dim));
  }

  /**
   * The largest entries along a dimension, in falling order, and where they stood.
   *
   * @param indices int64
   */
  public record TopK(Tensor values, Tensor indices) {}

  /** The {@code k} largest entries along {@code dim}. */
  public TopK topK(int k, int dim) {
    try (T_TensorTensor_T pair = raw.topk(k, dim, true, true)) {
      return new TopK(part(pair.get0()), part(pair.get1()));
    }
  }

  /** √Σx² over all elements: a scalar. */
  public Tensor norm() {
    return wrap(torch.linalg_vector_norm(raw));
  }

  /** Mean over one dimension, which disappears. */
  public Tensor mean(int dim) {
    return wrap(raw.mean(dim));
  }

  /** Index of the largest entry along {@code dim}, which disappears; the first of equals. */
  public Tensor argmax(int dim) {
    try (LongOptional along = new LongOptional(dim)) {
      return wrap(raw.argmax(along, false));
    }
  }

  // ---- writing --------------------------------------------------------------------------------

  /** Copies {@code source}, broadcast and converted as needed, into this tensor. */
  public Tensor copyInPlace(Tensor source) {
    raw.copy_(source.raw);
    return this;
  }

  public Tensor fillInPlace(double value) {
    try (Scalar scalar = new Scalar(value)) {
      raw.fill_(scalar);
      return this;
    }
  }

  /** Fills with normally distributed random numbers. */
  public Tensor normalInPlace(double mean, double standardDeviation) {
    try (var none = new org.bytedeco.pytorch.GeneratorOptional()) {
      raw.normal_(mean, standardDeviation, none);
      return this;
    }
  }

  /** Fills with random numbers, all equally likely, from {@code low} on and below {@code high}. */
  public Tensor uniformInPlace(double low, double high) {
    try (var none = new org.bytedeco.pytorch.GeneratorOptional()) {
      raw.uniform_(low, high, none);
      return this;
    }
  }

  // ---- lifetime -------------------------------------------------------------------------------

  /** Frees the tensor before its owner is closed: for large intermediate values. */
  public void free() {
    if (owner != null) {
      owner.free(this);
    }
  }

  /** This tensor as an optional argument of a native call; made once. */
  TensorOptional optional() {
    if (optional == null) {
      optional = new TensorOptional(raw);
    }
    return optional;
  }

  void release() {
    if (optional != null) {
      optional.close();
    }
    raw.close();
  }

  @Override
  public String toString() {
    return owner == null ? "Tensor(freed)" : dtype() + Arrays.toString(shape()) + "@" + device();
  }
}
