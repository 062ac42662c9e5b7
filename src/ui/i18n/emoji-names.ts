/** What the emoji of emoji-code.ts are called, in their order, so that they can be read aloud. */
import { msg } from './localize';

export function emojiNames(): readonly string[] {
  return msg(
    'Dog,Cat,Fox,Bear,Panda,Lion,Frog,Monkey,Hen,Penguin,Owl,Rabbit,Horse,Elephant,Koala,Turtle,Snake,Octopus,Whale,Fish,Crab,Ladybird,Butterfly,Crocodile,Cactus,Tree,Sunflower,Mushroom,Leaf,Apple,Banana,Grapes,Strawberry,Pineapple,Watermelon,Carrot,Corn,Bread,Cheese,Ice cream,Cup,Star,Moon,Cloud,Rainbow,Fire,Snowman,Umbrella,Bus,Bicycle,Train,Plane,Rocket,Anchor,House,Key,Bell,Guitar,Trophy,Gift,Clock,Scissors,Book,Lamp',
    { id: 'emoji-names', desc: 'The 64 emoji of emoji-code.ts in their order, separated by commas, without spaces. People read them aloud to each other: no two may sound alike.' },
  ).split(',');
}
