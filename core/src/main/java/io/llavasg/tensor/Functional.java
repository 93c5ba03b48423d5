package io.llavasg.tensor;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensorTensor_T;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Operations that networks are made of and that take weights, as {@code torch.nn.functional}. */
public final class Functional {
  private Functional() {}

  /**
   * Up to so many rows a float32 matrix is multiplied vector by vector: the BLAS below reads it at
   * a fraction of the memory's speed otherwise. It also makes a batch of rows equal to each alone.
   */
  private static final int FEW_ROWS = 4;

  /** libtorch's number for bags that are sums. */
  private static final long BAG_SUM = 0;

  /** Elements up to which libtorch's own loop over a bfloat16 weight is the faster one. */
  private static final long SMALL_WEIGHT = 1 << 18;

  /** Elements of keys in half precision that the processor's cache holds once they are widened. */
  private static final long FEW_KEYS = 1 << 18;

  /** Queries, and keys, from which libtorch's attention packs blocks for a CPU's tiles. */
  private static final int FEWEST_PACKED = 64;

  /** {@code input · weightᵀ + bias}; input (…, in), weight (out, in), bias (out) → (…, out). */
  public static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    int dims = input.dims();
    if (dims == 1) {
      return vectorProduct(input, weight, bias);
    }
    try (var scope = Scope.open()) {
      long in = weight.size(1);
      long count = in == 0 ? 0 : input.elements() / in;
      // As a matrix: for few rows of a 3-D input libtorch would copy the whole weight, transposed.
      Tensor rows = dims == 2 ? input : input.reshape(count, in);
      Tensor product =
          count > 0 && count <= FEW_ROWS && weight.isPlain(DType.F32) && !Autograd.isRecording()
              ? productByRows(rows, weight, bias)
              : product(rows, weight, bias);
      if (dims == 2) {
        return scope.keep(product);
      }
      long[] shape = input.shape();
      shape[shape.length - 1] = weight.size(0);
      return scope.keep(product.reshape(shape));
    }
  }

  private static Tensor product(Tensor rows, Tensor weight, @Nullable Tensor bias) {
    if (HalfProducts.suit(weight, rows.size(0))) {
      return Autograd.isRecording()
          ? HalfProducts.recordedLinear(rows, weight, bias)
          : HalfProducts.linear(rows, weight, bias);
    }
    if (rows.size(0) == 1 && weight.isPlain(DType.BF16) && suitsOwnLoop(weight)) {
      try (var own = WithoutOneDnn.open()) {
        return libtorchLinear(rows, weight, bias);
      }
    }
    return libtorchLinear(rows, weight, bias);
  }

  /** Of a vector (in) → (out). */
  private static Tensor vectorProduct(Tensor vector, Tensor weight, @Nullable Tensor bias) {
    if (!weight.isPlain(DType.F32) && !suitsOwnLoop(weight)) {
      try (var scope = Scope.open()) { // oneDNN's, which was measured with a row
        return scope.keep(libtorchLinear(vector.unsqueeze(0), weight, bias).select(0, 0));
      }
    }
    if (weight.isPlain(DType.BF16)) {
      try (var own = WithoutOneDnn.open()) {
        return matrixTimes(weight, vector, bias);
      }
    }
    return matrixTimes(weight, vector, bias);
  }

  /** A small weight is in a cache, and oneDNN's set-up takes longer than its product. */
  private static boolean suitsOwnLoop(Tensor weight) {
    return !CpuFlags.BF16_TILES || weight.elements() <= SMALL_WEIGHT;
  }

  /**
   * As {@link #linear}, with a weight for each member of a batch: input (B, N, in), weights (B,
   * out, in), biases (B, out) → (B, N, out).
   */
  public static Tensor batchedLinear(Tensor input, Tensor weights, Tensor biases) {
    try (var scope = Scope.open()) {
      Tensor added = biases.unsqueeze(1);
      return scope.keep(
          Tensor.wrap(torch.baddbmm(added.raw, input.raw, weights.transpose(1, 2).raw)));
    }
  }

  private static Tensor libtorchLinear(Tensor rows, Tensor weight, @Nullable Tensor bias) {
    return bias == null
        ? Tensor.wrap(torch.linear(rows.raw, weight.raw))
        : Tensor.wrap(torch.linear(rows.raw, weight.raw, bias.optional()));
  }

  private static Tensor productByRows(Tensor rows, Tensor weight, @Nullable Tensor bias) {
    Tensor[] products = new Tensor[(int) rows.size(0)];
    for (int i = 0; i < products.length; i++) {
      products[i] = matrixTimes(weight, rows.select(0, i), bias);
    }
    return products.length == 1 ? products[0].unsqueeze(0) : stack(0, products);
  }

  private static Tensor matrixTimes(Tensor weight, Tensor vector, @Nullable Tensor bias) {
    return Tensor.wrap(
        bias == null
            ? torch.mv(weight.raw, vector.raw)
            : torch.addmv(bias.raw, weight.raw, vector.raw));
  }

  /** Rows of {@code weight} (vocabulary, dim) picked by {@code ids} (…) → (…, dim). */
  public static Tensor embedding(Tensor ids, Tensor weight) {
    return Tensor.wrap(torch.embedding(weight.raw, ids.raw));
  }

  /**
   * Weighted sums of rows of {@code weight} (rows, dim): bag n is the sum over i of {@code factors}
   * (N, I) times the rows that {@code indices} (N, I; int32) name → (N, dim).
   */
  public static Tensor embeddingBag(Tensor indices, Tensor weight, Tensor factors) {
    try (var scope = Scope.open()) {
      long bags = indices.size(0);
      long items = indices.size(1);
      Tensor offsets = Tensor.range(bags, items, indices.dtype(), indices.device());
      Tensor flat = indices.reshape(bags * items);
      try (TensorOptional weights = new TensorOptional(factors.reshape(bags * items).raw);
          T_TensorTensorTensorTensor_T result =
              torch.embedding_bag(
                  weight.raw, flat.raw, offsets.raw, false, BAG_SUM, false, weights, false)) {
        return scope.keep(Tensor.part(result.get0()));
      }
    }
  }

  /** Layer normalisation over the last dimension. */
  public static Tensor layerNorm(Tensor input, Tensor weight, Tensor bias, double eps) {
    long[] shape = {weight.size(0)};
    return Tensor.wrap(
        torch.layer_norm(input.raw, shape, weight.optional(), bias.optional(), eps, true));
  }

  /**
   * Root-mean-square normalisation over the last dimension, computed in float32; of a vector
   * rounded to the input's dtype before the weight, as in Hugging Face's LLaMA.
   */
  public static Tensor rmsNorm(Tensor input, Tensor weight, double eps) {
    if (input.dims() == 1 && !weight.device().isCuda() && !Autograd.isRecording()) {
      return vectorRmsNorm(input, weight, eps);
    }
    try (DoubleOptional epsilon = new DoubleOptional(eps)) {
      long[] shape = {weight.size(0)};
      return Tensor.wrap(torch.rms_norm(input.raw, shape, weight.optional(), epsilon));
    }
  }

  /** libtorch's takes seven passes, each of which costs more than a vector's arithmetic. */
  private static Tensor vectorRmsNorm(Tensor vector, Tensor weight, double eps) {
    try (var scope = Scope.open()) {
      Tensor wide = vector.isPlain(DType.F64) ? vector : vector.to(DType.F32);
      double meanSquare =
          Tensor.wrap(torch.dot(wide.raw, wide.raw)).raw.item_double() / weight.size(0);
      return scope.keep(vector.mul(1 / Math.sqrt(meanSquare + eps)).mulInPlace(weight));
    }
  }

  /**
   * Attention through libtorch's fused kernel: softmax(queries · keysᵀ / √D + mask) · values, for
   * queries (B, H, N, D), keys and values (B, K, M, D) with H a multiple of K (grouped queries). On
   * a CPU keys and values may be float32 where the queries, and so the result, are of half
   * precision.
   *
   * @param mask added to the scores, or boolean (true: may attend), broadcast over (B, H, N, M)
   */
  public static Tensor scaledDotProductAttention(
      Tensor queries, Tensor keys, Tensor values, Mask mask) {
    if (queries.device().isCuda() || (queries.size(2) == 1 && !isBetterWide(queries, keys))) {
      return fusedAttention(queries, keys, values, mask);
    }
    if (multipliesInTiles(queries, keys)) {
      try (var scope = Scope.open()) {
        return scope.keep(
            fusedAttention(
                queries, keys.to(DType.BF16), values.to(DType.BF16), mask.to(DType.BF16)));
      }
    }
    // Elsewhere on a CPU the fused kernel multiplies half-precision blocks without vector
    // instructions: in float32 several queries are some twenty times faster, conversions included,
    // and so is one, if its keys are few.
    try (var scope = Scope.open();
        var blas = SingleBlasThread.open()) {
      DType dtype = queries.isPlain(DType.F64) ? DType.F64 : DType.F32;
      Tensor attended =
          fusedAttention(queries.to(dtype), keys.to(dtype), values.to(dtype), mask.to(dtype));
      return scope.keep(attended.like(queries));
    }
  }

  /**
   * Forwards the fused kernel uses them, if there are queries and keys enough for it to pack: else
   * it takes up to fifteen times as long as in float32, as its gradient does.
   */
  private static boolean multipliesInTiles(Tensor queries, Tensor keys) {
    return CpuFlags.BF16_TILES
        && queries.isPlain(DType.BF16)
        && queries.size(2) >= Math.max(FEWEST_PACKED, 4L * Torch.threads())
        && keys.size(2) >= FEWEST_PACKED
        && !Autograd.isRecording();
  }

  private static boolean isBetterWide(Tensor queries, Tensor keys) {
    return queries.dtype() != keys.dtype() || isBetterWide(keys.dtype(), keys.elements());
  }

  /**
   * Whether on a CPU one query's attention to so many elements of keys is faster in float32, too:
   * while the processor's cache holds them widened, for each is multiplied but once.
   */
  public static boolean isBetterWide(DType keys, long elements) {
    return (keys == DType.F16 || keys == DType.BF16) && elements <= FEW_KEYS;
  }

  private static Tensor fusedAttention(Tensor queries, Tensor keys, Tensor values, Mask mask) {
    boolean grouped = queries.size(1) != keys.size(1);
    try (DoubleOptional scale = new DoubleOptional();
        TensorOptional none = new TensorOptional()) {
      TensorOptional bias = mask.tensor == null ? none : mask.tensor.optional();
      return Tensor.wrap(
          torch.scaled_dot_product_attention(
              queries.raw, keys.raw, values.raw, bias, 0.0, mask.causal, scale, grouped));
    }
  }

  /** Which keys a query attends to. */
  public static final class Mask {
    /** Every query sees every key. */
    public static final Mask NONE = new Mask(null, false);

    /** Query i sees keys 0 to i; as many queries as keys. */
    public static final Mask CAUSAL = new Mask(null, true);

    private final @Nullable Tensor tensor;
    private final boolean causal;

    private Mask(@Nullable Tensor tensor, boolean causal) {
      this.tensor = tensor;
      this.causal = causal;
    }

    /** An additive mask has to have the queries' dtype. */
    private Mask to(DType dtype) {
      return tensor == null || tensor.isPlain(DType.BOOL) ? this : of(tensor.to(dtype));
    }

    /** Boolean (true: sees) or additive mask, broadcast over (B, H, N, M). */
    public static Mask of(Tensor tensor) {
      return new Mask(tensor, false);
    }
  }

  /** The exact GELU, with the error function. */
  public static Tensor gelu(Tensor input) {
    return Tensor.wrap(torch.gelu(input.raw));
  }

  /** GELU's tanh approximation. */
  public static Tensor geluTanh(Tensor input) {
    try (BytePointer kind = new BytePointer("tanh")) {
      return Tensor.wrap(torch.gelu(input.raw, kind));
    }
  }

  /** {@code x · sigmoid(x)}. */
  public static Tensor silu(Tensor input) {
    return Tensor.wrap(torch.silu(input.raw));
  }

  /** {@code x · sigmoid(1.702 x)}, CLIP's approximation of GELU. */
  public static Tensor quickGelu(Tensor input) {
    try (var scope = Scope.open()) {
      return scope.keep(input.mul(1.702).sigmoid().mul(input));
    }
  }

  /** {@code max(x, 0)}. */
  public static Tensor relu(Tensor input) {
    return Tensor.wrap(torch.relu(input.raw));
  }

  /** Every element zero with the given probability, the others scaled up to keep the mean. */
  public static Tensor dropout(Tensor input, double probability) {
    return probability == 0 ? input : Tensor.wrap(torch.dropout(input.raw, probability, true));
  }

  /** The label of a row that takes no part in a loss. */
  public static final long IGNORED = -100;

  /**
   * Sum over rows of −log softmax(logits)[label], computed in float32.
   *
   * @param logits (N, classes)
   * @param labels (N), int64, of which {@link #IGNORED} leaves a row out; or (N, classes), float32,
   *     how much of a row belongs to each class: then −Σ share · log softmax(logits)
   * @return a scalar
   */
  public static Tensor crossEntropySum(Tensor logits, Tensor labels) {
    try (var scope = Scope.open();
        TensorOptional none = new TensorOptional()) {
      Tensor wide = logits.dtype() == DType.F64 ? logits : logits.to(DType.F32);
      return scope.keep(
          Tensor.wrap(
              torch.cross_entropy_loss(
                  wide.raw, labels.raw, none, torch.Reduction.Sum.value, IGNORED, 0)));
    }
  }

  /**
   * Of each element −t · log σ(x) − (1 − t) · log(1 − σ(x)), without the rounding of a sigmoid.
   *
   * @param targets t, of the logits' shape and dtype
   */
  public static Tensor binaryCrossEntropy(Tensor logits, Tensor targets) {
    try (TensorOptional weight = new TensorOptional();
        TensorOptional positiveWeight = new TensorOptional()) {
      return Tensor.wrap(
          torch.binary_cross_entropy_with_logits(
              logits.raw, targets.raw, weight, positiveWeight, torch.Reduction.None.value));
    }
  }

  public static Tensor softmax(Tensor input, int dim) {
    return Tensor.wrap(torch.softmax(input.raw, dim));
  }

  /** Joins tensors along a dimension that exists. */
  public static Tensor cat(int dim, Tensor... tensors) {
    try (TensorVector vector = vector(tensors)) {
      return Tensor.wrap(torch.cat(vector, dim));
    }
  }

  /** Joins tensors along a new dimension. */
  public static Tensor stack(int dim, Tensor... tensors) {
    try (TensorVector vector = vector(tensors)) {
      return Tensor.wrap(torch.stack(vector, dim));
    }
  }

  private static TensorVector vector(Tensor... tensors) {
    TensorVector vector = new TensorVector(tensors.length);
    for (int i = 0; i < tensors.length; i++) {
      vector.put(i, tensors[i].raw);
    }
    return vector;
  }

  /** Every element of {@code base} to a power. */
  public static Tensor pow(Tensor base, double exponent) {
    try (Scalar scalar = new Scalar(exponent)) {
      return Tensor.wrap(base.raw.pow(scalar));
    }
  }
}
