package org.bactrian.lint;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.model.language.ExpressionDefinition;

/** What an expression uses beside the message, so that another run can get something else. */
final class Languages {
    /** Those that see nothing but the message, as far as what they are asked is not among the below. */
    private static final Set<String> OF_THE_MESSAGE = Set.of(
            "constant",
            "simple",
            "csimple",
            "jq",
            "jsonpath",
            "xpath",
            "xquery",
            "header",
            "variable",
            "exchangeProperty",
            "tokenize",
            "xtokenize",
            "hl7terser",
            "datasonnet");

    private static final Pattern SIMPLE = Pattern.compile(
            "\\$(?:simple)?\\{\\s*(date(?:-with-timezone)?:(?:now|exchangeCreated|millis)|random\\b|uuid\\b|bean:|ref:|exchangeId\\b|messageId\\b|id}"
                    + "|messageTimestamp\\b|thread(?:Name|Id)\\b|hostname\\b|camelContext\\b|variable[.:\\[]global:"
                    + "|variableAs\\(global:|shuffle\\(|(?:env|sysenv|sys)[.:]"
                    + "|exchange\\.(?:get)?(?i:exchangeId|created|clock|context|unitOfWork)\\b)");

    private static final Pattern JQ = Pattern.compile("(?<![.\\w$])(now|env)\\b(?!\\s*:)|\\$(ENV)\\b");

    private Languages() {}

    /** As it is written; empty if the message is all that it uses. */
    static Optional<String> beside(ExpressionDefinition expression) {
        String language = expression.getLanguage();
        String text = String.valueOf(expression.getExpression());
        if (!OF_THE_MESSAGE.contains(language)) {
            return Optional.of("the language " + language);
        }
        return switch (language) {
            case "simple", "csimple" -> inSimple(text);
            case "jq" -> inJq(JqText.code(text));
            case "variable" ->
                text.startsWith("global:") ? Optional.of("the global variable " + text.substring(7)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<String> inJq(String text) {
        Matcher matcher = JQ.matcher(text);
        return matcher.find() ? Optional.of("jq's " + matcher.group()) : Optional.empty();
    }

    static Optional<String> inSimple(String text) {
        Matcher matcher = SIMPLE.matcher(text);
        return matcher.find() ? Optional.of("${" + matcher.group(1).replace("}", "") + "…}") : Optional.empty();
    }
}
