package shop;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Raises an error of each shape; standard output has what is true of it, standard error what is printed. */
public class Shapes {
    static class OrderFailed extends RuntimeException {
        OrderFailed(String message, Throwable cause) { super(message, cause); }
    }

    static class Quiet extends RuntimeException {
        Quiet(String message) { super(message, null, false, false); }
    }

    static int price(String sku) throws IOException { throw new IOException("no price for " + sku); }

    static void place(String id) {
        try {
            price("plum");
        } catch (IOException error) {
            throw new OrderFailed("order " + id + " failed", error);
        }
    }

    static Throwable thrownBy(Runnable code) {
        try {
            code.run();
        } catch (Throwable error) {
            return error;
        }
        throw new AssertionError("nothing was thrown");
    }

    static String text(Throwable error) {
        java.io.StringWriter writer = new java.io.StringWriter();
        error.printStackTrace(new java.io.PrintWriter(writer));
        return writer.toString();
    }

    static String escaped(String text) {
        return text == null ? "null" : "'" + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    }

    static void tell(Throwable error) {
        StringBuilder line = new StringBuilder();
        for (Throwable each = error; each != null; each = each.getCause()) {
            line.append(each.getClass().getName()).append('\t').append(escaped(each.getMessage()));
            for (StackTraceElement frame : each.getStackTrace())
                line.append('\t').append(frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber());
            line.append("\t|\t");
        }
        System.out.println(line);
        System.out.flush();
    }

    static Throwable make(String shape) {
        switch (shape) {
            case "plain": return new IllegalStateException("no price");
            case "nothing": return new IllegalStateException();
            case "empty": return new IllegalStateException("");
            case "chain": return thrownBy(() -> place("A-17"));
            case "quiet": return new Quiet("no stack");
            case "unicode": return new OrderFailed("zu groß: naïve", null);
            case "lines": return new IllegalStateException("bad order:\n  no sku\n\nat least one\nCaused by: a customer");
            case "frames": return new IllegalStateException("bad:\n\tat not.A.frame(Not.java:1)\n\nreally");
            case "within": return new IllegalStateException("remote said:\n" + text(thrownBy(() -> place("B"))) + "\nend");
            case "source": return new IllegalStateException("bad json\n at [Source: (String)\"x\"; line: 1, column: 2]");
            case "stream": return thrownBy(() -> List.of(1, 0).stream().map(each -> 1 / each).forEach(each -> { }));
            case "future": return thrownBy(() -> CompletableFuture.runAsync(() -> place("C")).join());
            case "anonymous": return new RuntimeException("made here") { };
            case "suppressed": {
                Throwable error = thrownBy(() -> place("D"));
                Throwable second = thrownBy(() -> place("E"));
                error.addSuppressed(second);
                return error;
            }
            case "recursion": return thrownBy(() -> deep(0));
            case "reflection": return thrownBy(() -> {
                try {
                    Shapes.class.getDeclaredMethod("place", String.class).invoke(null, "F");
                } catch (ReflectiveOperationException error) {
                    throw new IllegalStateException(error);
                }
            });
            default: throw new IllegalArgumentException(shape);
        }
    }

    static int deep(int level) { return deep(level + 1) + 1; }

    public static void main(String[] arguments) throws Throwable {
        Throwable error = make(arguments[1]);
        tell(error);
        switch (arguments[0]) {
            case "uncaught": throw error;
            case "printed": error.printStackTrace(); break;
            case "logged": Logger.getLogger("shop").log(Level.SEVERE, "request failed", error); break;
            case "thread":
                Thread thread = new Thread(() -> { throw Shapes.<RuntimeException>unchecked(error); }, "a \"worker\" 1");
                thread.start();
                thread.join();
                break;
            default: throw new IllegalArgumentException(arguments[0]);
        }
    }

    @SuppressWarnings("unchecked")
    static <T extends Throwable> T unchecked(Throwable error) throws T { throw (T) error; }
}
