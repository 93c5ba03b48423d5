package io.llavasg.text;

/** How a conversation is written down for the model. */
public enum ConversationTemplate {
  /**
   * LLaVA-1.5's: {@code <preamble> USER: <image>\n{question} ASSISTANT: {answer}</s>USER:
   * {question} ASSISTANT:}.
   */
  VICUNA_V1,
  /** LLaVA's first stage: {@code <image>{caption}\n}; what the user says is left out. */
  PLAIN
}
