package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Python's pickle machine, protocols 2 to 4, as far as {@code torch.save} uses it, and safe on any
 * input: it looks up no class, calls nothing but {@link PickleBuilder}, doesn't recurse, and stops
 * at a fixed number of objects.
 *
 * <p>The values it builds: {@link String}, {@link Long}, {@link BigInteger}, {@link Double}, {@link
 * Boolean}, {@code byte[]}, {@link PickledNone}, unmodifiable {@link List} for a tuple, {@link
 * ArrayList}, {@link Map} for dict, OrderedDict and Namespace, {@link Set}, {@link PickledTensor},
 * {@link PickledStorage} and {@link io.llavasg.tensor.DType}. A list or map may contain itself.
 */
final class PickleReader {

  /** Far more than any checkpoint has, and little enough for any heap. */
  private static final int MOST_OBJECTS = 4_000_000;

  private static final int LONGEST_INTEGER = 1024;
  private static final String TRUNCATED = "it ends in the middle: truncated?";

  private final ByteBuffer in;
  private final PickleBuilder builder;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private long objects;

  private PickleReader(ByteBuffer pickle, String file) {
    this.in = pickle.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.builder = new PickleBuilder(file);
  }

  /**
   * Runs {@code pickle} to its end and returns the object that it leaves.
   *
   * @param file what to call the pickle in errors
   * @throws LlavaSgException user, if it's malformed or names what it must not build
   */
  static Object read(ByteBuffer pickle, String file) {
    return new PickleReader(pickle, file).run();
  }

  private Object run() {
    while (true) {
      int opcode = unsignedByte();
      if (opcode == '.') {
        return pop();
      }
      if (!scalar(opcode) && !container(opcode) && !object(opcode)) {
        throw broken(
            String.format(
                "opcode 0x%02x at byte %d is not one that torch.save writes",
                opcode, in.position() - 1));
      }
    }
  }

  private boolean scalar(int opcode) {
    switch (opcode) {
      case 'N' -> push(PickledNone.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) unsignedByte());
      case 'M' -> push((long) Short.toUnsignedInt(bytes(2).getShort()));
      case 'J' -> push((long) bytes(4).getInt());
      case 0x8a -> push(integer(unsignedByte()));
      case 0x8b -> push(integer(bytes(4).getInt()));
      case 'G' -> push(bytes(8).order(ByteOrder.BIG_ENDIAN).getDouble());
      case 0x8c -> push(text(unsignedByte()));
      case 'X' -> push(text(unsignedInt()));
      case 0x8d -> push(text(bytes(8).getLong()));
      case 'U' -> push(latin1(unsignedByte()));
      case 'T' -> push(latin1(unsignedInt()));
      case 'C' -> push(copy(unsignedByte()));
      case 'B' -> push(copy(unsignedInt()));
      case 0x8e -> push(copy(bytes(8).getLong()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case '(' -> {
        charge(1);
        marks.add(stack.size());
      }
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> push(peek());
      case '}' -> push(new LinkedHashMap<>());
      case ']' -> push(new ArrayList<>());
      case 0x8f -> push(new LinkedHashSet<>());
      case 0x91 -> {
        Set<Object> frozen = new LinkedHashSet<>();
        addKeys(frozen, popMark());
        push(frozen);
      }
      case ')' -> push(List.of());
      case 't' -> push(tuple(popMark()));
      case 0x85 -> push(tuple(popMany(1)));
      case 0x86 -> push(tuple(popMany(2)));
      case 0x87 -> push(tuple(popMany(3)));
      case 'a' -> append(popMany(1));
      case 'e' -> append(popMark());
      case 's' -> setItems(popMany(2));
      case 'u' -> setItems(popMark());
      case 0x90 -> {
        List<Object> members = popMark();
        LinkedHashSet<Object> set = top(LinkedHashSet.class);
        addKeys(set, members);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(int opcode) {
    switch (opcode) {
      case 0x80 -> {
        int protocol = unsignedByte();
        if (protocol < 2 || protocol > 4) {
          throw broken("protocol " + protocol + " is not 2, 3 or 4");
        }
      }
      // A frame only says how much to read ahead.
      case 0x95 -> require(bytes(8).getLong() <= in.remaining(), "a frame longer than the file");
      case 'q' -> memo.put(unsignedByte(), peek());
      case 'r' -> memo.put(bytes(4).getInt(), peek());
      case 0x94 -> memo.put(memo.size(), peek());
      case 'h' -> push(recall(unsignedByte()));
      case 'j' -> push(recall(bytes(4).getInt()));
      case 'Q' -> push(builder.storage(pop()));
      case 'c' -> push(builder.resolve(line(), line()));
      case 0x93 -> {
        List<Object> names = popMany(2);
        require(
            names.get(0) instanceof String && names.get(1) instanceof String,
            "a global with a name that is no string");
        push(builder.resolve((String) names.get(0), (String) names.get(1)));
      }
      case 'R', 0x81 -> {
        List<Object> call = popMany(2);
        push(call(call.get(0), call.get(1)));
      }
      case 0x92 -> {
        List<Object> call = popMany(3);
        require(call.get(2) instanceof Map<?, ?> map && map.isEmpty(), "keyword arguments");
        push(call(call.get(0), call.get(1)));
      }
      case 'i' -> {
        Object function = builder.resolve(line(), line());
        push(call(function, popMark()));
      }
      case 'o' -> {
        List<Object> call = popMark();
        require(!call.isEmpty(), "an object without a class");
        push(call(call.get(0), call.subList(1, call.size())));
      }
      case 'b' -> {
        Object state = pop();
        chargeFor(state);
        builder.build(peek(), state);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object call(Object function, Object arguments) {
    require(arguments instanceof List, "a call whose arguments are no tuple");
    List<?> list = (List<?>) arguments;
    // What is called copies its arguments, and a pickle may pass the same long one again and again.
    list.forEach(this::chargeFor);
    return builder.call(function, list);
  }

  private void append(List<Object> items) {
    ArrayList<Object> list = top(ArrayList.class);
    list.addAll(items);
  }

  private void setItems(List<Object> items) {
    require(items.size() % 2 == 0, "a dictionary key without a value");
    Map<Object, Object> map = top(LinkedHashMap.class);
    for (int i = 0; i < items.size(); i += 2) {
      map.put(builder.key(items.get(i)), items.get(i + 1));
    }
  }

  private void addKeys(Set<Object> set, List<Object> members) {
    for (Object member : members) {
      set.add(builder.key(member));
    }
  }

  /** The stack's top, which must be a container of the given class. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private <T> T top(Class<?> container) {
    Object top = peek();
    require(container.isInstance(top), "items for what is no such container");
    return (T) top;
  }

  private static List<Object> tuple(List<Object> items) {
    return Collections.unmodifiableList(items);
  }

  private Object recall(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw broken("it recalls what it never stored");
    }
    return value;
  }

  private void push(Object value) {
    charge(1);
    stack.add(value);
  }

  private Object pop() {
    return popMany(1).get(0);
  }

  private Object peek() {
    require(stack.size() > floor(), "it takes more from its stack than is there");
    return stack.get(stack.size() - 1);
  }

  private List<Object> popMany(int count) {
    require(stack.size() - count >= floor(), "it takes more from its stack than is there");
    return cut(stack.size() - count);
  }

  private List<Object> popMark() {
    require(!marks.isEmpty(), "it looks for a mark that isn't there");
    return cut(marks.removeLast());
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  /** Where the stack's part that is open to instructions begins: the last mark. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private void chargeFor(Object copied) {
    if (copied instanceof Collection<?> c) {
      charge(c.size());
    } else if (copied instanceof Map<?, ?> m) {
      charge(m.size());
    } else if (copied instanceof String s) {
      charge(s.length() / 16);
    }
  }

  private void charge(long count) {
    objects += count;
    require(objects <= MOST_OBJECTS, "more than " + MOST_OBJECTS + " objects");
  }

  private int unsignedByte() {
    require(in.hasRemaining(), TRUNCATED);
    return Byte.toUnsignedInt(in.get());
  }

  private long unsignedInt() {
    return Integer.toUnsignedLong(bytes(4).getInt());
  }

  /** The next {@code length} bytes, checked before anything is allocated for them. */
  private ByteBuffer bytes(long length) {
    require(length >= 0 && length <= in.remaining(), TRUNCATED);
    ByteBuffer part = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + (int) length);
    return part;
  }

  private byte[] copy(long length) {
    ByteBuffer part = bytes(length);
    byte[] copy = new byte[part.remaining()];
    part.get(copy);
    return copy;
  }

  private Object integer(int length) {
    require(length <= LONGEST_INTEGER, "an integer of too many digits");
    byte[] digits = copy(length);
    for (int i = 0, j = length - 1; i < j; i++, j--) {
      byte swapped = digits[i];
      digits[i] = digits[j];
      digits[j] = swapped;
    }
    if (length == 0) {
      return 0L;
    }
    BigInteger value = new BigInteger(digits);
    if (value.bitLength() < Long.SIZE) {
      return value.longValue();
    }
    return value;
  }

  private String text(long length) {
    ByteBuffer part = bytes(length);
    try {
      CharBuffer chars =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(part);
      return chars.toString();
    } catch (CharacterCodingException e) {
      throw broken("a text that is not UTF-8");
    }
  }

  private String latin1(long length) {
    return new String(copy(length), StandardCharsets.ISO_8859_1);
  }

  private String line() {
    int start = in.position();
    for (int i = start; i < in.limit(); i++) {
      if (in.get(i) == '\n') {
        String line = text(i - start);
        in.position(i + 1);
        return line;
      }
    }
    throw broken(TRUNCATED);
  }

  private LlavaSgException broken(String reason) {
    return builder.broken(reason);
  }

  private void require(boolean condition, String otherwise) {
    if (!condition) {
      throw builder.broken(otherwise);
    }
  }
}
