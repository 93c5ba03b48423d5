package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.data.DataReport;
import io.llavasg.data.Omission;
import io.llavasg.data.Sample;
import io.llavasg.train.recipe.MemoryEstimate;
import io.llavasg.train.recipe.RecipeFile;
import io.llavasg.train.recipe.RecipeInputs;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Everything that can be said of a training without training. */
record DryRun(RecipeFile file, RecipeInputs inputs, MemoryEstimate memory, OptionalLong present) {
  private static final int BAR = 40;

  /** Checks and prints; returns the exit code. */
  int run(Duration time, PrintWriter out, PrintWriter err, OutputFormat format) {
    DataReport report;
    try (Progress progress = new Progress("checking samples", err)) {
      report =
          inputs.check().run(time, Runtime.getRuntime().availableProcessors(), progress::update);
    }
    if (format.isJson()) {
      out.println(json(report, memory));
    } else {
      print(report, memory, out);
    }
    if (report.brokenCount() > 0) {
      return Failure.BAD_USE;
    }
    return fits(memory) ? 0 : Failure.NO_RESOURCES;
  }

  private boolean fits(MemoryEstimate memory) {
    return present.isEmpty() || memory.bytes() <= present.getAsLong();
  }

  private void print(DataReport report, MemoryEstimate memory, PrintWriter out) {
    RecipeTable.of(file).forEach(out::println);
    out.println();
    out.println(samples(report));
    out.println();
    histogram(report.lengths(), out);
    out.println();
    out.println(memory(memory));
    report.omissions().forEach(out::println);
    report.broken().forEach(line -> out.println("broken: " + Failure.oneLine(line)));
    if (report.brokenCount() > report.broken().size()) {
      out.println("… and %d more".formatted(report.brokenCount() - report.broken().size()));
    }
    out.println();
    out.println(verdict(report, memory));
  }

  private Table samples(DataReport report) {
    Table table =
        new Table()
            .row("samples", grouped(report.samples()))
            .row("looked at", percent(report.share()))
            .row("with an image", count(report, Sample.Modality.IMAGE))
            .row("text only", count(report, Sample.Modality.TEXT))
            .row("images decoded", grouped(report.decoded()))
            .row("without any entity", grouped(report.withoutNodes()))
            .row("longest, positions", grouped(report.longest()))
            .row("truncated", grouped(report.truncated()))
            .row("tokens learned", grouped(report.answers()))
            .row("broken", grouped(report.brokenCount()))
            .row("steps", grouped(inputs.settings().steps()))
            .row("trained parameters", grouped(inputs.trainedParameters()));
    return table;
  }

  private static void histogram(Map<Integer, Long> lengths, PrintWriter out) {
    long most = lengths.values().stream().mapToLong(Long::longValue).max().orElse(1);
    out.println("positions, before truncation");
    lengths.forEach(
        (upTo, count) ->
            out.println(
                "  to %6d  %s %s"
                    .formatted(
                        upTo, "#".repeat((int) Math.max(1, BAR * count / most)), grouped(count))));
  }

  private Table memory(MemoryEstimate memory) {
    Table table = new Table().row("memory", "GB", "of");
    memory.items().forEach(item -> table.row(item.what(), gigabytes(item.bytes()), item.how()));
    table.row("together", gigabytes(memory.bytes()), "");
    table.row(
        "the device has",
        present.isPresent() ? gigabytes(present.getAsLong()) : "?",
        file.recipe().machine().device());
    return table;
  }

  private String verdict(DataReport report, MemoryEstimate memory) {
    if (report.brokenCount() > 0) {
      return "%d of %d samples are broken.".formatted(report.brokenCount(), report.checked());
    }
    if (!fits(memory)) {
      return "The samples are sound, but memory is too small: a smaller micro_batch or max_length, or"
          + " lora may do.";
    }
    return "Ready to train.";
  }

  private ObjectNode json(DataReport report, MemoryEstimate memory) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("samples", report.samples()).put("checked", report.checked());
    json.put("images", report.modalities().getOrDefault(Sample.Modality.IMAGE, 0L));
    json.put("text_only", report.modalities().getOrDefault(Sample.Modality.TEXT, 0L));
    json.put("decoded", report.decoded()).put("without_entities", report.withoutNodes());
    json.put("longest", report.longest()).put("truncated", report.truncated());
    json.put("learned_tokens", report.answers()).put("broken", report.brokenCount());
    ObjectNode omissions = json.putObject("left_out");
    for (Omission omission : report.omissions()) {
      ObjectNode one = omissions.putObject(omission.kind().key());
      one.put("count", omission.count()).put("samples", omission.samples());
      omission.first().forEach(one.putArray("first_samples")::add);
    }
    ArrayNode broken = json.putArray("broken_samples");
    report.broken().forEach(broken::add);
    ObjectNode lengths = json.putObject("lengths");
    report.lengths().forEach((upTo, count) -> lengths.put(Integer.toString(upTo), count));
    json.put("steps", inputs.settings().steps());
    json.put("trained_parameters", inputs.trainedParameters());
    json.put("memory_bytes", memory.bytes());
    ObjectNode items = json.putObject("memory");
    memory.items().forEach(item -> items.put(item.what(), item.bytes()));
    present.ifPresent(bytes -> json.put("device_bytes", bytes));
    json.put("fits", fits(memory));
    return json;
  }

  private static String count(DataReport report, Sample.Modality modality) {
    return grouped(report.modalities().getOrDefault(modality, 0L));
  }

  private static String grouped(long count) {
    return ModelDescription.grouped(count);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.4g %%", 100 * share);
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f", bytes / 1e9);
  }
}
