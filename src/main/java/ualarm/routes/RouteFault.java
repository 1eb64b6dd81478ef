package ualarm.routes;

/**
 * Something in a file of routes that would not work.
 *
 * @param file the file's name in the folder of routes
 * @param line where in it, from 1 on; 0 when it is nowhere in particular
 * @param what what is wrong, without a full stop
 * @param remedy what to write, a whole sentence
 */
public record RouteFault(String file, int line, String what, String remedy) {

    /** @return what is wrong and what to write, without the place */
    public String message() {
        return what + ". " + remedy;
    }

    /** @return {@code routes/<file>:<line>: <what is wrong>. <what to write>} */
    @Override
    public String toString() {
        return "routes/" + file + (line > 0 ? ":" + line : "") + ": " + message();
    }
}
